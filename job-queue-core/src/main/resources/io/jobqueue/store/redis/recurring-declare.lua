-- Take note that a running node declares recurring jobs in its code.
--
-- KEYS[1]  the prefix of the registry
-- ARGV[1]  for how many milliseconds nobody must have declared a name for it to be returned
-- ARGV[2..] the names
-- Returns the names that nobody has declared for so long.
-- Cost: O(log n) for each name.

local clock = redis.call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)
local key = KEYS[1] .. ':declared'
for i = 2, #ARGV do
	redis.call('ZADD', key, string.format('%.0f', now), ARGV[i])
end
return redis.call('ZRANGEBYSCORE', key, '-inf', string.format('%.0f', now - ARGV[1]))
