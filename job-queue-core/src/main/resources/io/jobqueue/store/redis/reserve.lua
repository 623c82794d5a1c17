-- Reserve numbers for jobs that are accepted later.
--
-- KEYS[1]  the prefix of the queue
-- ARGV[1]  the number to begin with if it is still free, or 0
-- ARGV[2]  how many
-- Returns the first number.
-- Cost: O(1).

local last = tonumber(call('GET', Q .. ':number') or 0)
local base = tonumber(ARGV[1])
if base <= last then
	base = math.max(last + 1, now - EPOCH)
end
call('SET', Q .. ':number', text(base + ARGV[2] - 1))
return base
