-- What a row asks for is one thing of its own now, and not every field that any kind has.
UPDATE outbox SET
    kind = CASE WHEN kind IN ('rollup-picture', 'rollup-table') THEN 'rollup' ELSE kind END,
    body = json_object(
        'id', body -> '$.id',
        'lane', body -> '$.lane',
        'action', json(CASE kind
            WHEN 'create-room' THEN json_object('kind', kind, 'plan', body -> '$.plan')
            WHEN 'say' THEN json_object(
                'kind', kind, 'content', body -> '$.content', 'room', body -> '$.room', 'readers', body -> '$.readers',
                'asker', body -> '$.user', 'complains', body -> '$.complains')
            WHEN 'ring' THEN json_object('kind', kind, 'reminders', body -> '$.reminders')
            WHEN 'pin' THEN json_object('kind', kind, 'event', body -> '$.event')
            WHEN 'trust' THEN json_object('kind', kind, 'user', body -> '$.user', 'master', body -> '$.master')
            WHEN 'verify' THEN json_patch(body -> '$.verdict', json_object('kind', kind))
            WHEN 'fetch' THEN json_patch(
                body -> '$.fetch',
                json_object('kind', kind, 'room', body -> '$.room', 'readers', body -> '$.readers'))
            WHEN 'rollup-picture' THEN json_object(
                'kind', 'rollup', 'form', 'picture', 'thread', body -> '$.event', 'asker', body -> '$.user')
            WHEN 'rollup-table' THEN json_object(
                'kind', 'rollup', 'form', 'table', 'thread', body -> '$.event', 'asker', body -> '$.user')
            WHEN 'invite' THEN json_object('kind', kind, 'user', body -> '$.user')
            WHEN 'remove' THEN json_object('kind', kind, 'user', body -> '$.user')
            WHEN 'tell' THEN json_object('kind', kind, 'user', body -> '$.user')
            ELSE json_object('kind', kind)
        END),
        'bulk', body -> '$.bulk',
        'attempts', body -> '$.attempts',
        'not_before', body -> '$.not_before'
    )
WHERE done = 0 AND body -> '$.action' IS NULL;
