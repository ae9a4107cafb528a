import { ApiError } from '@aiops/contract/client'
import { describe, expect, it } from 'vitest'
import { serverProblems } from './server-problem.ts'

const refused = (message: string, details: { path: string; message: string }[] = [], status = 400) =>
  new ApiError(status, { code: 'VALIDATION_FAILED', message, trace_id: '', timestamp: '', details })

describe('what the server says of a form', () => {
  it('stands at the field that it names in its details', () => {
    const { byField, rest } = serverProblems(
      refused('The body does not fit.', [
        { path: 'body.cron', message: 'too short' },
        { path: 'title', message: 'is needed' },
      ]),
      ['cron', 'title'],
    )
    expect(Object.fromEntries(byField)).toEqual({ cron: 'Too short', title: 'Is needed' })
    expect(rest).toBeUndefined()
  })

  it('stands at the field that its sentence begins with', () => {
    const { byField } = serverProblems(refused('incident_id: there is none.'), ['incident_id'])
    expect(byField.get('incident_id')).toBe('There is none.')
  })

  it('stands at the field that names what does not exist', () => {
    const gone = refused('There is no incident 7.', [], 404)
    expect(serverProblems(gone, ['incident_id'], 'incident_id').byField.get('incident_id')).toBe(gone.message)
    expect(serverProblems(gone, ['incident_id']).rest).toBe(gone)
  })

  it('stands below the form where it names none, or the server itself is at fault', () => {
    const other = refused('There are 100 schedules already.')
    expect(serverProblems(other, ['cron']).rest).toBe(other)
    const down = refused('cron: the store is away.', [], 503)
    expect(serverProblems(down, ['cron'])).toEqual({ byField: new Map(), rest: down })
    expect(serverProblems(null, ['cron']).rest).toBeUndefined()
  })
})
