-- Ask for random paths of a list; at the end print one line of JSON.
local paths = {}

function init(args)
  for line in io.lines(args[1]) do paths[#paths + 1] = line end
  math.randomseed(68)
end

function request()
  return wrk.format("GET", paths[math.random(#paths)])
end

function done(summary, latency)
  local e = summary.errors
  io.write(string.format('\n{"requests": %d, "seconds": %f, "errors": %d, "p50_ms": %f}\n', summary.requests,
    summary.duration / 1e6, e.status + e.connect + e.read + e.write, latency:percentile(50) / 1000))
end
