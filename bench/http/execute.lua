-- For wrk: starts executions, and counts what is answered. A 507 must say when to come again; a client that is told waits.
local threads = {}

function setup(thread)
  table.insert(threads, thread)
end

function init(arguments)
  answers = ""
  counted = {}
  order = {}
  wrk.method = "POST"
  wrk.path = "/api/v1/workflows/" .. (arguments[1] or "chain") .. "/execute"
  wrk.headers["Authorization"] = "Bearer " .. os.getenv("CAPO_TOKEN")
  wrk.headers["Content-Type"] = "application/json"
  wrk.body = '{"input_data": {"n": 1}}'
end

function response(status, headers, body)
  local kind = tostring(status)
  if status == 507 and not (headers["Retry-After"] or headers["retry-after"]) then
    kind = "507 without Retry-After"
  end
  if not counted[kind] then
    counted[kind] = 0
    table.insert(order, kind)
  end
  counted[kind] = counted[kind] + 1
  answers = ""
  for _, name in ipairs(order) do
    answers = answers .. name .. ": " .. counted[name] .. "  "
  end
end

function done(summary, latency, requests)
  for _, thread in ipairs(threads) do
    print("answers  " .. thread:get("answers"))
  end
  print(string.format("p50 %.1f ms, p95 %.1f ms, p99 %.1f ms", latency:percentile(50) / 1000,
    latency:percentile(95) / 1000, latency:percentile(99) / 1000))
end
