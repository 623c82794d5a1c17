-- Find tasks of workflows.
--
-- KEYS[1]  the prefix of the queue
-- ARGV[1..] for each question: the workflow, then 'I' and how many numbers, and these; 'N' and how many names, and these; 'F',
--          the first number, and how many at most; 'R' or 'L' for those that wait for room or are live, with the number that
--          theirs are greater than, and how many at most
-- Returns for each question how many tasks, then number, status and content of each.
-- Cost: O(log n) for each task.

local reply = {}

local function numbers_for(workflow, kind)
	if kind == 'I' then
		return take_list(1)
	elseif kind == 'N' then
		local numbers = {}
		for _, number in ipairs(read('HMGET', TASK_NAMES .. workflow, take_list(1))) do
			numbers[#numbers + 1] = number or nil
		end
		return numbers
	end
	local from, limit = take_number(), take_number()
	if kind ~= 'F' then
		return call('ZRANGEBYSCORE', LINES[kind] .. workflow, '(' .. text(from), '+inf', 'LIMIT', 0, limit)
	end
	-- A workflow counts its tasks from 0.
	local numbers = {}
	for number = from, math.min(from + limit, call('HLEN', TASK_STATUSES .. workflow)) - 1 do
		numbers[#numbers + 1] = text(number)
	end
	return numbers
end

while at < #ARGV do
	local workflow, kind = take(), take()
	local numbers = numbers_for(workflow, kind)
	local statuses = read('HMGET', TASK_STATUSES .. workflow, numbers)
	local contents = read('HMGET', TASK_CONTENTS .. workflow, numbers)
	local place = #reply + 1
	reply[place] = 0
	for i = 1, #numbers do
		if statuses[i] then
			reply[place] = reply[place] + 1
			reply[#reply + 1] = numbers[i]
			reply[#reply + 1] = statuses[i]
			reply[#reply + 1] = contents[i]
		end
	end
end
return reply
