-- Register a node.
--
-- KEYS[1]  the prefix of the registry
-- ARGV[1]  what it tells, as the client made it
-- Returns its id: the seconds since 2024, or the next id, so that none is ever used again, even if the server has forgotten
-- the last ones.
-- Cost: O(log n) of the nodes.

local clock = redis.call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)
local id = math.max(tonumber(redis.call('GET', KEYS[1] .. ':node') or 0) + 1, clock[1] - 1704067200)
redis.call('SET', KEYS[1] .. ':node', id)
redis.call('ZADD', KEYS[1] .. ':nodes', string.format('%.0f', now), id)
redis.call('HSET', KEYS[1] .. ':described', id, struct.pack('>I6', now) .. ARGV[1])
return id
