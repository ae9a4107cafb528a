import { expect, it } from 'vitest'
import { Fault } from '../../kernel/fault.ts'
import type { IngestReply } from './index.ts'
import { RelayedRequests } from './relayed.ts'

function rig() {
  const requests = new RelayedRequests()
  let taken = 0
  const take = async (): Promise<IngestReply> => {
    taken += 1
    return { status: 204 }
  }
  const send = (mark: string | undefined, tenant = 'shop', task = take) =>
    requests.once({ tenant, headers: { 'x-aiops-relay': mark } }, task)
  return { send, count: () => taken }
}
const mark = (position: number, receivedMs = 1_000 + position, id = 'relay-one') =>
  `${id} ${position} ${receivedMs}`

it('takes what a relay sends again once, and says that it has it', async () => {
  const { send, count } = rig()
  expect(await send(mark(10))).toEqual({ status: 204 })
  expect(await send(mark(10))).toEqual({ status: 200 })
  expect(await send(mark(5))).toEqual({ status: 200 })
  expect(await send(mark(11))).toEqual({ status: 204 })
  expect(count()).toBe(2)
})

it('tells relays and tenants apart, and takes everything of whoever is no relay', async () => {
  const { send, count } = rig()
  for (const tenant of ['shop', 'bank'])
    for (const id of ['relay-one', 'relay-two']) await send(mark(1, 1, id), tenant)
  expect(count()).toBe(4)
  for (const text of [
    undefined,
    '',
    'x',
    'relay-one',
    'relay-one 1',
    'relay-one -1 5',
    'relay-one 1 2 3',
    `${'x'.repeat(65)} 1 1`,
  ])
    for (const _ of [1, 2]) await send(text)
  expect(count()).toBe(20)
})

it('takes again what it could not take', async () => {
  const { send, count } = rig()
  const full = async () => {
    throw new Fault('QUEUE_FULL', 'full')
  }
  await expect(send(mark(1), 'shop', full)).rejects.toThrow('full')
  expect(await send(mark(1))).toEqual({ status: 204 })
  expect(count()).toBe(1)
})

it('waits for what it is still taking when the same comes again', async () => {
  const { send, count } = rig()
  let finish = (_: IngestReply): void => undefined
  const first = send(mark(1), 'shop', () => new Promise((resolve) => (finish = resolve)))
  const second = send(mark(1))
  finish({ status: 202 })
  expect(await Promise.all([first, second])).toEqual([{ status: 202 }, { status: 202 }])
  expect(count()).toBe(0)
})

it('takes what is younger, though a relay that was set back counts anew', async () => {
  const { send, count } = rig()
  await send(mark(1_000, 5_000))
  expect(await send(mark(10, 6_000))).toEqual({ status: 204 })
  expect(count()).toBe(2)
})
