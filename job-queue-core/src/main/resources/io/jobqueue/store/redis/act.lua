-- What people do with jobs.
--
-- KEYS[1]  the prefix of the queue
-- ARGV[1]  'C' to cancel jobs that wait or run, 'D' to delete those that wait or are finished, 'R' to retry those that failed
--          or were cancelled, 'T' to give those that wait another due time
-- ARGV[2]  '1' if cancelled jobs are kept; for 'T' the due time in milliseconds
-- ARGV[3..] the jobs
-- Returns the number of changed jobs, of those that have become available, of running ones to be cancelled, and of tasks of
-- workflows that have ended; then those of the jobs that are not here, but may be in another queue.
-- Cost: some commands for each job.

local action = ARGV[1]
local changed, available, cancelling = 0, 0, 0
local elsewhere = {}

local function cancel(job, value)
	if take_out(job, value) then
		leave(job, value)
		end_if_task(job, value, 'C')
		if ARGV[2] == '1' or call('ZSCORE', AWAITED, job) then
			local _, _, attempts, abandonments = head(value)
			finish(job, ending('C', attempts, abandonments))
		else
			forget({ job })
		end
	else
		call('SADD', CANCEL, job)
		cancelling = cancelling + 1
	end
	changed = changed + 1
end

local function forget_end(job, record)
	call('HDEL', DONE, job)
	call('ZREM', Q .. ':' .. STATES[how_ended(record)], job)
end

for i = 3, #ARGV do
	local job = ARGV[i]
	local value = call('HGET', JOBS, job)
	local record = value and call('HGET', DONE, job)
	if not value then
		if may_be_elsewhere(job) then
			elsewhere[#elsewhere + 1] = job
		end
	elseif action == 'C' then
		if not record then
			cancel(job, value)
		end
	elseif action == 'D' then
		if record or take_out(job, value) then
			if record then
				forget_end(job, record)
			else
				leave(job, value)
				end_if_task(job, value, 'C')
			end
			forget({ job })
			changed = changed + 1
		end
	elseif action == 'R' then
		if record and how_ended(record) ~= 'S' then
			forget_end(job, record)
			-- It may hold its key again, but not one for a duration, which ended with it.
			local field = call('HGET', OWNERS, job)
			if field and call('ZSCORE', LAPSES, field) then
				forget_keys({ job })
			end
			put_back(job, without_deadline(value), now, 0, 0)
			local task = task_of(value)
			if task then
				call('HSET', TASKS, job, task)
			end
			changed = changed + 1
			available = available + 1
		end
	elseif not record and take_out(job, value) then
		local due = math.max(tonumber(ARGV[2]), now)
		local _, _, attempts, abandonments = head(value)
		put_back(job, without_deadline(value), due, attempts, abandonments)
		changed = changed + 1
		available = available + (due <= now and 1 or 0)
	end
end
local reply = { changed, available, cancelling, tell() }
for i = 1, #elsewhere do
	reply[4 + i] = elsewhere[i]
end
return reply
