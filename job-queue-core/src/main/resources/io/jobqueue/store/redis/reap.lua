-- Remove the nodes that have been silent for too long.
--
-- KEYS[1]  the prefix of the registry
-- ARGV[1]  how long, in milliseconds
-- Returns the greatest id given so far, the number of nodes removed, their ids, then those that are alive.
-- Cost: O(n) of the nodes.

local clock = redis.call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)
local nodes = KEYS[1] .. ':nodes'
local dead = redis.call('ZRANGEBYSCORE', nodes, '-inf', string.format('%.0f', now - ARGV[1]))
local reply = { redis.call('GET', KEYS[1] .. ':node') or '0', #dead }
for i = 1, #dead do
	redis.call('ZREM', nodes, dead[i])
	redis.call('HDEL', KEYS[1] .. ':described', dead[i])
	reply[#reply + 1] = dead[i]
end
for _, node in ipairs(redis.call('ZRANGE', nodes, 0, -1)) do
	reply[#reply + 1] = node
end
return reply
