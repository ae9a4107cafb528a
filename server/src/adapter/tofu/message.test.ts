import { expect, it } from 'vitest'
import { faultOf } from './message.ts'

const said = (detail: string) =>
  faultOf(
    'apply',
    Buffer.from(
      JSON.stringify({
        diagnostic: { severity: 'error', summary: 'Error acquiring the state lock', detail },
      }),
    ),
    Buffer.alloc(0),
  )

it('tells a lock that somebody holds from a state that does not answer', () => {
  expect(said('Error message: HTTP remote state already locked: ID=l1\nTry again.')).toMatchObject({
    code: 'CONFLICT',
    message: expect.stringContaining('The state is locked: HTTP remote state already locked: ID=l1.'),
  })
  const gone =
    'Error message: Failed to lock: POST http://127.0.0.1:1/lock giving up after 3 attempt(s): connection refused'
  expect(said(gone)).toMatchObject({
    code: 'CONFLICT',
    message: expect.stringContaining('nothing answers there'),
  })
})
