-- For wrk: fills a server for reads.lua. `fill.lua workflows` registers a thousand workflows, `fill.lua executions` begins a
-- hundred thousand executions of them, e0 to e99999. Those of every other workflow end, the others wait for a signal. Stops
-- when all are answered; to be run with -t1.
local WORKFLOWS = 1000
local EXECUTIONS = 100000
-- wrk throws its first request away, and when others are answered some are still under way: so the first are asked for again.
local EXTRA = 1000

local ending = [=[[
  {"id": "a", "agent": "step", "input": {"n": "${input.n}"}},
  {"id": "b", "agent": "step", "input": {"n": "${tasks.a.output.input.n}"}, "depends_on": ["a"]},
  {"id": "c", "agent": "step", "input": {"n": "${tasks.b.output.input.n}"}, "depends_on": ["b"]}]]=]
local waiting = [=[[
  {"id": "a", "agent": "step", "input": {"n": "${input.n}"}},
  {"id": "approve", "wait_for": {"signal": "approval", "timeout": "30d"}, "depends_on": ["a"]},
  {"id": "c", "agent": "step", "input": {"n": "${tasks.a.output.input.n}"}, "depends_on": ["approve"]}]]=]

local function workflow(n)
  return string.format('{"name": "w%d", "version": "1", "timeout": "30d", "agents": {"step": {"type": "simulated"}}, "tasks": %s}',
    n, n % 2 == 0 and ending or waiting)
end

local function execution(n)
  return string.format('{"input_data": {"n": %d}, "execution_options": {"execution_id": "e%d"}}', n, n)
end

function init(arguments)
  executions = arguments[1] == "executions"
  last = (executions and EXECUTIONS or WORKFLOWS) - 1
  next_number, answered, refused = 0, 0, 0
  wrk.method = "POST"
  wrk.headers["Authorization"] = "Bearer " .. os.getenv("CAPO_TOKEN")
  wrk.headers["Content-Type"] = "application/json"
end

function request()
  local n = next_number % (last + 1) -- the same again is the same execution
  next_number = next_number + 1
  if executions then
    return wrk.format(nil, "/api/v1/workflows/w" .. n % WORKFLOWS .. "/execute", nil, execution(n))
  end
  return wrk.format(nil, "/api/v1/workflows", nil, workflow(n))
end

function response(status)
  answered = answered + 1
  if status >= 300 then
    refused = refused + 1
  end
  if answered > last + EXTRA then
    print(string.format("%d answers, %d of them a refusal", answered, refused))
    os.exit(refused == 0)
  end
end
