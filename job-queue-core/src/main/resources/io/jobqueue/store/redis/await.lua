-- Look which jobs have ended, and note for a while that somebody waits for others.
--
-- KEYS[1]  the prefix of the queue
-- ARGV[1]  for how long, in milliseconds
-- ARGV[2]  how many of the jobs are to be noted: those that come first
-- ARGV[3..] the jobs
-- Returns the jobs that are not live.
-- Cost: two HMGET for each 2,000 jobs, and a ZADD of those that are to be noted.

local jobs, noted, gone = {}, {}, {}
for i = 3, #ARGV do
	jobs[#jobs + 1] = ARGV[i]
end
local values = read('HMGET', JOBS, jobs)
local ends = read('HMGET', DONE, jobs)
local expires = text(now + ARGV[1])
for i = 1, #jobs do
	if ends[i] or not values[i] then
		gone[#gone + 1] = jobs[i]
	elseif i <= tonumber(ARGV[2]) then
		noted[#noted + 1] = expires
		noted[#noted + 1] = jobs[i]
	end
end
many('ZADD', AWAITED, noted)
return gone
