-- For wrk: starts executions, and writes the id of each that was accepted into a file as soon as that is told; other answers into another.
--   wrk … -s accepted.lua URL -- FOLDER [WORKFLOW]
local threads = 0

function setup(thread)
  threads = threads + 1
  thread:set("number", threads)
end

function init(arguments)
  accepted = assert(io.open(arguments[1] .. "/accepted." .. number, "a"))
  other = assert(io.open(arguments[1] .. "/other." .. number, "a"))
  accepted:setvbuf("no")
  other:setvbuf("no")
  wrk.method = "POST"
  wrk.path = "/api/v1/workflows/" .. (arguments[2] or "chain") .. "/execute"
  wrk.headers["Authorization"] = "Bearer " .. os.getenv("CAPO_TOKEN")
  wrk.headers["Content-Type"] = "application/json"
  wrk.body = '{"input_data": {"n": 1}}'
end

function response(status, headers, body)
  if status == 202 then
    accepted:write(body:match('"execution_id":"([^"]+)"'), "\n")
  else
    other:write(status, "\n")
  end
end
