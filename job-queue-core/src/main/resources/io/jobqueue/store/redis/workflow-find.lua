-- Find workflows.
--
-- KEYS[1]  the prefix of the queue
-- ARGV[1]  'I' to find those whose ids follow; 'N' to find the newest ones
-- For 'N':
-- ARGV[2]  the state, or '' for any
-- ARGV[3]  the id that all are smaller than, or ''
-- ARGV[4]  how many at most
-- Returns for each its id, value and content.
-- Cost: O(log n) for each.

local ids = {}
if ARGV[1] == 'N' then
	local key = ARGV[2] ~= '' and IDS .. ':' .. ARGV[2] or IDS
	ids = call('ZREVRANGEBYSCORE', key, ARGV[3] ~= '' and '(' .. ARGV[3] or '+inf', '-inf', 'LIMIT', 0, ARGV[4])
else
	for i = 2, #ARGV do
		ids[i - 1] = ARGV[i]
	end
end
local values, contents = read('HMGET', WORKFLOWS, ids), read('HMGET', CONTENTS, ids)
local reply = {}
for i = 1, #ids do
	if values[i] then
		reply[#reply + 1] = ids[i]
		reply[#reply + 1] = values[i]
		reply[#reply + 1] = contents[i]
	end
end
return reply
