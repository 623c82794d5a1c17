-- Look what is to be done for workflows. Intents that somebody should have completed by now are the business of who gets them
-- here; others get them some time later.
--
-- KEYS[1]  the prefix of the queue
-- ARGV[1]  how many at most, of everything
-- ARGV[2]  after how many milliseconds an intent should be complete
-- Returns the time; the numbers of these, and then these: intents, intents that are late, ends of jobs, posts (number and
-- value of each); then workflows whose time is over.
-- Cost: O(log n) for each of them.

local limit = tonumber(ARGV[1])
local reply = { now }

local function add(list)
	for i = 1, #list do
		reply[#reply + 1] = list[i]
	end
end

local function add_news(line)
	local numbers = call('ZRANGE', line, 0, limit - 1)
	local values = read('HMGET', NEWS, numbers)
	reply[#reply + 1] = #numbers
	for i = 1, #numbers do
		reply[#reply + 1] = numbers[i]
		reply[#reply + 1] = values[i]
	end
end

local intents = call('ZRANGE', INTENTS, 0, limit - 1)
reply[#reply + 1] = #intents
add(intents)
local late = #intents > 0 and call('ZRANGEBYSCORE', INTENTS, '-inf', text(now - ARGV[2]), 'LIMIT', 0, limit) or {}
for _, intent in ipairs(late) do
	call('ZADD', INTENTS, text(now), intent)
end
reply[#reply + 1] = #late
add(late)
add_news(ENDS)
add_news(POSTS)
add(call('ZRANGEBYSCORE', TIMEOUTS, '-inf', text(now), 'LIMIT', 0, limit))
return reply
