-- Put down parts of an intent that is too large for one call, until its change takes place.
--
-- KEYS[1]  the prefix of the queue
-- ARGV[1]  the name of the stage
-- ARGV[2]  for how many milliseconds it is kept if that does not happen
-- ARGV[3..] number and value of each part
-- Returns 1.
-- Cost: O(1) for each part.

local stage = Q .. ':stage:' .. ARGV[1]
for i = 3, #ARGV, 2 do
	call('HSET', stage, ARGV[i], ARGV[i + 1])
end
call('PEXPIRE', stage, ARGV[2])
return 1
