-- Create and change workflows, each as a whole or not at all, with all that this does in their slot. What it does in other
-- slots is written down as an intent, whose parts are delivered and completed by other scripts.
--
-- KEYS[1]  the prefix of the queue
-- ARGV[1]  the number of the queue
-- ARGV[2]  '1' if cancelled jobs are kept
-- then     for each change: 'N' for a new workflow, 'C' for one that there is, 'M' for none, which has only effects; the id of
--          the workflow, for 'M' of the intent; for 'N' and 'C' the version that was read, '1' if it is over, its timeout in
--          milliseconds or '', its state, status, and, for 'N', content; its effects here; how many parts its intent has, and
--          these, or instead of them the name of the stage where they are
-- Returns how many running jobs are to be cancelled, how many that were moved to other queues, then for each change 1 if it
-- took place, otherwise 0.
-- Cost: some commands for each workflow, and those of its jobs.

at = 2
local changes, accepted, reply = {}, {}, {}

local function take_change()
	local kind = take()
	local id = take()
	local change = { kind = kind, id = id }
	if kind ~= 'M' then
		change.version = take_number()
		change.is_over = take() == '1'
		change.timeout = take()
		change.state = take()
		change.status = take()
		change.content = take()
	end
	change.effects = take_effects(id)
	change.parts = take_list(1)
	change.stage = take()
	return change
end

-- A signal that is not there any more was handled by somebody else.
local function is_possible(change)
	change.before = call('HGET', WORKFLOWS, change.id)
	if change.stage ~= '' and not exists(Q .. ':stage:' .. change.stage) then
		return false
	elseif change.kind == 'M' then
		return true
	elseif change.kind == 'N' then
		return not change.before
	elseif not change.before or version_of(change.before) ~= change.version or call('ZSCORE', INTENTS, change.id) then
		return false
	end
	for _, number in ipairs(change.effects.handled) do
		if call('HEXISTS', NEWS, number) == 0 then
			return false
		end
	end
	return true
end

local function write_workflow(change)
	local id, created, ended, state = change.id, now, 0, nil
	if change.before then
		local _, created_before, ended_before, length = struct.unpack(WORKFLOW_HEAD, change.before)
		created, ended = created_before, ended_before
		state = string.sub(change.before, WORKFLOW_HEAD_SIZE + 1, WORKFLOW_HEAD_SIZE + length)
	else
		call('HSET', CONTENTS, id, change.content)
		call('ZADD', IDS, id, id)
	end
	if state ~= change.state then
		if state then
			call('ZREM', IDS .. ':' .. state, id)
		end
		call('ZADD', IDS .. ':' .. change.state, id, id)
	end
	if not change.is_over then
		if ended > 0 then
			call('ZREM', ENDED, id)
		end
		ended = 0
	elseif ended == 0 then
		ended = now
		call('ZADD', ENDED, text(now), id)
	end
	if change.timeout ~= '' then
		if change.is_over then
			call('ZREM', TIMEOUTS, id)
		else
			call('ZADD', TIMEOUTS, text(created + change.timeout), id)
		end
	end
	call('HSET', WORKFLOWS, id,
		struct.pack(WORKFLOW_HEAD, change.version + 1, created, ended, #change.state) .. change.state .. change.status)
end

local function write_intent(change)
	local intent = INTENT .. change.id
	if change.stage ~= '' then
		call('RENAME', Q .. ':stage:' .. change.stage, intent)
		call('PERSIST', intent)
	elseif #change.parts == 0 then
		return
	end
	for i = 1, #change.parts do
		call('HSET', intent, i, change.parts[i])
	end
	call('HSET', intent, 'version', text((change.version or 0) + 1))
	call('ZADD', INTENTS, text(now), change.id)
end

while at < #ARGV do
	local change = take_change()
	changes[#changes + 1] = change
	if is_possible(change) then
		accepted[#accepted + 1] = change.effects
		change.is_accepted = true
	elseif change.stage ~= '' then
		call('UNLINK', Q .. ':stage:' .. change.stage)
	end
end
for _, change in ipairs(changes) do
	if change.is_accepted and change.kind ~= 'M' then
		write_workflow(change)
	end
end
reply[1], reply[2] = perform(accepted, ARGV[2], tonumber(ARGV[1]))
for i, change in ipairs(changes) do
	reply[i + 2] = change.is_accepted and 1 or 0
	if change.is_accepted then
		write_intent(change)
	end
end
return reply
