import { describe, expect, it } from 'vitest'
import { failureOf, startFailureOf } from './failure.ts'

const told = (message: string, code = '') => Object.assign(new Error(message), { code })
const place = { address: 'db:5432', database: 'aiops', user: 'reader' }

describe('a failure of PostgreSQL', () => {
  it('that passes may be tried again by its sender', () => {
    for (const error of [
      told('connect ECONNREFUSED 127.0.0.1:5432', 'ECONNREFUSED'),
      told('Connection terminated unexpectedly'),
      told('Query read timeout'),
      told('could not extend file: No space left on device', '53100'),
      told('sorry, too many clients already', '53300'),
      told('canceling statement due to statement timeout', '57014'),
      told('terminating connection due to administrator command', '57P01'),
      told('canceling statement due to lock timeout', '55P03'),
      told('cannot execute INSERT in a read-only transaction', '25006'),
      new AggregateError(
        [told('connect ECONNREFUSED ::1:5432', 'ECONNREFUSED')].map((e) => e),
        '',
        {},
      ),
    ].map((error) =>
      error instanceof AggregateError ? Object.assign(error, { code: 'ECONNREFUSED' }) : error,
    ))
      expect(failureOf(error), error.message).toMatchObject({
        code: 'STORAGE_UNAVAILABLE',
        retryAfterSeconds: 5,
      })
  })
  it('that a statement made itself is left as it is', () => {
    const error = told('duplicate key value violates unique constraint "cluster_name"', '23505')
    expect(failureOf(error)).toBe(error)
  })
  it('at the start says which setting is wrong', () => {
    const wrong = (code: string) => startFailureOf(told('no', code), place)
    expect(wrong('28P01')).toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringMatching(/db:5432 does not let the role "reader" in/),
    })
    expect(wrong('3D000')).toMatchObject({ message: expect.stringMatching(/has no database "aiops"/) })
    expect(wrong('42501')).toMatchObject({ message: expect.stringMatching(/own the schema/) })
    expect(wrong('ECONNREFUSED')).toMatchObject({
      code: 'STORAGE_UNAVAILABLE',
      message: expect.stringMatching(/db:5432 cannot be reached/),
    })
  })
})
