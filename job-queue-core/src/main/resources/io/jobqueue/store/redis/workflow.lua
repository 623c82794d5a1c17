-- What the scripts of workflows share, after those of an enqueue and of what people do.
--
-- A value in `workflows` is a head that scripts write, then what changes, as the client made it:
--   version I6, created I6, ended I6 (milliseconds, 0 for not yet), state after its length B
-- A value in `task-statuses:<workflow>` is phase c1 (B, R, L or E), job I7 (0 for none), then what changes.

local WORKFLOWS, CONTENTS, IDS = Q .. ':workflows', Q .. ':workflow-contents', Q .. ':workflow-ids'
local TIMEOUTS, ENDED = Q .. ':workflow-timeouts', Q .. ':workflow-ends'
local INTENTS, INTENT = Q .. ':intents', Q .. ':intent:'
local DELIVERED, DELIVERIES = Q .. ':delivered', Q .. ':deliveries'
local TASK_CONTENTS, TASK_STATUSES, TASK_NAMES = Q .. ':task-contents:', Q .. ':task-statuses:', Q .. ':task-names:'
local LINES = { R = Q .. ':tasks-ready:', L = Q .. ':tasks-live:' }
local WORKFLOW_HEAD = '>I6I6I6B'
local WORKFLOW_HEAD_SIZE = 19
local QUEUES = 4096

local at = 0

local function take()
	at = at + 1
	return ARGV[at]
end

local function take_number()
	return tonumber(take())
end

-- A list after its length; each entry may be several values.
local function take_list(size)
	local list = {}
	for i = 1, take_number() * size do
		list[i] = take()
	end
	return list
end

local function with_job(status, number, queue)
	return string.sub(status, 1, 1) .. struct.pack('>I7', number * QUEUES + queue) .. string.sub(status, 9)
end

-- Write tasks: for each its number, status, name and content. Those that are there already have no name here. Some may have
-- got jobs in the queue.
local function write_tasks(workflow, tasks, jobs, queue)
	local statuses, contents, names = {}, {}, {}
	local into, out = { R = {}, L = {} }, { R = {}, L = {} }
	for i = 1, #tasks, 4 do
		local number, status, name = tasks[i], tasks[i + 1], tasks[i + 2]
		if jobs[number] then
			status = with_job(status, jobs[number], queue)
		end
		statuses[#statuses + 1] = number
		statuses[#statuses + 1] = status
		if name ~= '' then
			contents[#contents + 1] = number
			contents[#contents + 1] = tasks[i + 3]
			names[#names + 1] = name
			names[#names + 1] = number
		end
		local phase = string.sub(status, 1, 1)
		for line in pairs(LINES) do
			if phase == line then
				into[line][#into[line] + 1] = number
				into[line][#into[line] + 1] = number
			elseif name == '' then
				out[line][#out[line] + 1] = number
			end
		end
	end
	many('HSET', TASK_STATUSES .. workflow, statuses)
	many('HSET', TASK_CONTENTS .. workflow, contents)
	many('HSET', TASK_NAMES .. workflow, names)
	for line, key in pairs(LINES) do
		many('ZADD', key .. workflow, into[line])
		many('ZREM', key .. workflow, out[line])
	end
end

-- Record which jobs tasks have: the numbers of the tasks as one I4 each, the number of the first job, and of its queue.
local function set_jobs(workflow, numbers, first, queue)
	local fields, changed = {}, {}
	for i = 1, #numbers, 4 do
		fields[#fields + 1] = text(struct.unpack('>I4', numbers, i))
	end
	local statuses = read('HMGET', TASK_STATUSES .. workflow, fields)
	for i = 1, #fields do
		if statuses[i] then
			changed[#changed + 1] = fields[i]
			changed[#changed + 1] = with_job(statuses[i], first + i - 1, queue)
		end
	end
	many('HSET', TASK_STATUSES .. workflow, changed)
end

local function version_of(value)
	return (struct.unpack('>I6', value))
end

-- What a change does in this slot, see Effects.java.
local function take_effects(id)
	local effects = { id = id }
	effects.handled = take_list(1)
	effects.tasks = take_list(4)
	effects.count = take_number()
	effects.numbers = take()
	effects.jobs = take_list(1)
	effects.cancelled = take_list(1)
	effects.posts = take_list(2)
	return effects
end

-- The jobs of tasks by the numbers of these.
local function jobs_of(effects)
	local jobs = {}
	for i = 1, #effects.numbers, 4 do
		jobs[text(struct.unpack('>I4', effects.numbers, i))] = effects.base + (i - 1) / 4
	end
	return jobs
end

-- Do all that. With the number of the queue, the tasks that are written record the jobs. Returns how many running jobs are to be
-- cancelled, and of how many jobs in other queues that was noted, because they were moved there.
local function perform(all, keeps_cancelled, queue)
	local jobs, total = { 'N', '0', '', '0' }, 0
	local handled, cancelled = {}, { 'C', keeps_cancelled }
	for _, effects in ipairs(all) do
		effects.base = total
		total = total + effects.count
		for _, value in ipairs(effects.jobs) do
			jobs[#jobs + 1] = value
		end
		for _, number in ipairs(effects.handled) do
			handled[#handled + 1] = number
		end
		for _, job in ipairs(effects.cancelled) do
			cancelled[#cancelled + 1] = job
		end
		for i = 1, #effects.posts, 2 do
			post(effects.posts[i], effects.posts[i + 1])
		end
	end
	local first = 0
	if total > 0 then
		jobs[4] = text(total)
		first = enqueue(jobs)
	end
	for _, effects in ipairs(all) do
		effects.base = effects.count > 0 and first + effects.base or 0
		if #effects.tasks > 0 then
			write_tasks(effects.id, effects.tasks, queue and jobs_of(effects) or {}, queue)
		end
	end
	many('ZREM', ENDS, handled)
	many('ZREM', POSTS, handled)
	many('HDEL', NEWS, handled)
	local acted = #cancelled > 2 and act(cancelled) or { 0, 0, 0, 0 }
	for i = 5, #acted do
		call('SADD', ERRANDS, acted[i])
	end
	tell()
	return acted[3], #acted - 4
end
