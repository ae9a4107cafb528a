import { expect, test } from 'vitest'
import { traceqlOf } from './traceql-text.ts'

test('writes what the simple search asks', () => {
  expect(traceqlOf({})).toBe('{ }')
  expect(traceqlOf({ errorsOnly: true })).toBe('{ status = error }')
  expect(traceqlOf({ service: 'a"b', operation: 'GET /x?', slowMs: 500, errorsOnly: true })).toBe(
    String.raw`{ resource.service.name = "a\"b" && name =~ ".*GET /x\\?.*" && traceDuration >= 500ms } && { status = error }`,
  )
})
