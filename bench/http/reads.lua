-- For wrk2 (or wrk): asks where executions stand, after fill.lua. `reads.lua executions` asks any of the hundred thousand
-- executions, `reads.lua workflows` for the newest execution of any of the thousand workflows.
local WORKFLOWS = 1000
local EXECUTIONS = 100000

function init(arguments)
  workflows = arguments[1] == "workflows"
  math.randomseed(tonumber(arguments[2] or "1"))
  wrk.headers["Authorization"] = "Bearer " .. os.getenv("CAPO_TOKEN")
end

function request()
  if workflows then
    return wrk.format("GET", "/api/v1/workflows/w" .. math.random(0, WORKFLOWS - 1) .. "/status")
  end
  return wrk.format("GET", "/api/v1/executions/e" .. math.random(0, EXECUTIONS - 1))
end

function done(summary, latency, requests)
  print(string.format("%.0f a second; p50 %.2f ms, p95 %.2f ms, p99 %.2f ms, longest %.0f ms; other than 2xx: %d, without an answer: %d",
    summary.requests * 1e6 / summary.duration, latency:percentile(50) / 1000, latency:percentile(95) / 1000,
    latency:percentile(99) / 1000, latency.max / 1000, summary.errors.status, summary.errors.timeout + summary.errors.read))
end
