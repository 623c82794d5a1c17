-- Find the nodes that have been silent for too long, and remove those of them that were found before.
--
-- KEYS[1]  the prefix of the registry
-- ARGV[1]  how long, in milliseconds
-- then     the nodes that an earlier call has found; without any, this is that call, and removes nothing
-- Returns the greatest id given so far, the number of nodes found or removed, their ids, then those that are left.
-- Cost: O(n) of the nodes.

local clock = redis.call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)
local nodes = KEYS[1] .. ':nodes'
local silent = redis.call('ZRANGEBYSCORE', nodes, '-inf', string.format('%.0f', now - ARGV[1]))
if #ARGV > 1 then
	local found = {}
	for i = 2, #ARGV do
		found[ARGV[i]] = true
	end
	local dead = {}
	for _, node in ipairs(silent) do
		if found[node] then
			redis.call('ZREM', nodes, node)
			redis.call('HDEL', KEYS[1] .. ':described', node)
			dead[#dead + 1] = node
		end
	end
	silent = dead
end
local reply = { redis.call('GET', KEYS[1] .. ':node') or '0', #silent }
for _, node in ipairs(silent) do
	reply[#reply + 1] = node
end
for _, node in ipairs(redis.call('ZRANGE', nodes, 0, -1)) do
	reply[#reply + 1] = node
end
return reply
