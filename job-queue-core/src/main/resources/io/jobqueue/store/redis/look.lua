-- Look at jobs.
--
-- KEYS[1]  the prefix of the queue
-- ARGV[1..] the jobs
-- Returns for each job that there is its number, state as a letter (W waiting for its time, A available, R running, S, F, C),
-- node ('' if none holds it), value, end, progress and failures; for one that is not here, but may be in another queue, only
-- its number and M.
-- Cost: some commands for each job, and one for each node.

local nodes = call('SMEMBERS', NODES)
for _, node in ipairs(call('SMEMBERS', LEAVING)) do
	nodes[#nodes + 1] = node
end

local function holder(job)
	for _, node in ipairs(nodes) do
		if call('HEXISTS', HELD .. node, job) == 1 then
			return node
		end
	end
	return ''
end

local reply = {}
for i = 1, #ARGV do
	local job = ARGV[i]
	local value = call('HGET', JOBS, job)
	if value then
		local record = call('HGET', DONE, job)
		local node = record and '' or holder(job)
		local state
		if record then
			state = how_ended(record)
		elseif node ~= '' then
			state = 'R'
		else
			local due = call('ZSCORE', DUE, job)
			state = due and tonumber(due) > now and 'W' or 'A'
		end
		describe(reply, job, state, node, value, record or '')
	elseif may_be_elsewhere(job) then
		reply[#reply + 1] = job
		reply[#reply + 1] = 'M'
	end
end
return reply
