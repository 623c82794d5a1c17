-- Say how a queue is doing.
--
-- KEYS[1]  the prefix of the queue
-- Returns 1 if it is paused, the numbers of its available, scheduled, running, succeeded, failed and cancelled jobs, and how
-- many milliseconds the oldest available one has been waiting, or -1.
-- Cost: O(log n) for each priority and each handler that is set aside.

local available = call('ZCARD', READY) + call('ZCARD', SUSPECTS) + call('ZCARD', PARKED) + call('ZCOUNT', DUE, '-inf', text(now))
local oldest = {}

-- Jobs come back to the place that their number says, so the one that waits for longest is not always the first. That it is
-- among the first ten is exact enough for people.
local function look(key)
	local bottom = '-inf'
	while true do
		local first = call('ZRANGEBYSCORE', key, bottom, '+inf', 'WITHSCORES', 'LIMIT', 0, 10)
		if #first == 0 then
			return
		end
		for i = 1, #first, 2 do
			oldest[#oldest + 1] = first[i]
		end
		bottom = text(tonumber(first[2]) - tonumber(first[1]) + STEP)
	end
end

look(READY)
look(SUSPECTS)
look(PARKED)
for _, handler in ipairs(call('SMEMBERS', ASIDES)) do
	available = available + call('ZCARD', ASIDE .. handler)
	look(ASIDE .. handler)
end
local since = call('ZRANGEBYSCORE', DUE, '-inf', text(now), 'WITHSCORES', 'LIMIT', 0, 1)
since = #since > 0 and tonumber(since[2]) or math.huge
for _, value in ipairs(read('HMGET', JOBS, oldest)) do
	local _, due = head(value)
	since = math.min(since, due)
end
local running = 0
for _, key in ipairs({ NODES, LEAVING }) do
	for _, node in ipairs(call('SMEMBERS', key)) do
		running = running + call('HLEN', HELD .. node)
	end
end
return {
	exists(Q .. ':paused') and 1 or 0, available, call('ZCOUNT', DUE, '(' .. text(now), '+inf'), running,
	call('ZCARD', Q .. ':succeeded'), call('ZCARD', Q .. ':failed'), call('ZCARD', Q .. ':cancelled'),
	since < math.huge and math.max(now - since, 0) or -1
}
