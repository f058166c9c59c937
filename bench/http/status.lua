-- For wrk: asks where executions stand; the ids are those of a file, one a line.
function init(arguments)
  ids = {}
  for line in io.lines(arguments[1]) do
    table.insert(ids, line)
  end
  math.randomseed(1)
  wrk.headers["Authorization"] = "Bearer " .. os.getenv("CAPO_TOKEN")
end

function request()
  return wrk.format("GET", "/api/v1/executions/" .. ids[math.random(#ids)])
end

function done(summary, latency, requests)
  print(string.format("p50 %.1f ms, p95 %.1f ms, p99 %.1f ms; other than 2xx: %d", latency:percentile(50) / 1000,
    latency:percentile(95) / 1000, latency:percentile(99) / 1000, summary.errors.status))
end
