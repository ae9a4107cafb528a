import { expect, test } from 'vitest'
import { Fault } from '../../../kernel/fault.ts'
import { knownClusters, resolveClusters } from './clusters-named.ts'
import { clientOf, clusterOf, fleetOf } from './inside.suite.ts'

const fleet = fleetOf(clusterOf('harbour'), clusterOf('quay', { display_name: 'The Quay' }))

test('clusters are found by id, name in whatever case, and display name, each once and in the order named', async () => {
  const client = clientOf(fleet)
  expect(await resolveClusters(client, ['QUAY', 'id-harbour', 'the quay', 'local'])).toEqual([
    ...['id-quay', 'id-harbour', 'local'],
  ])
})

test('nothing is asked where none is named', async () => {
  expect(await resolveClusters(clientOf({}), [])).toEqual([])
})

test('an unknown name is refused with the nearest', async () => {
  await expect(resolveClusters(clientOf(fleet), ['harbor'])).rejects.toThrow(
    'There is no cluster harbor. The nearest name is harbour.',
  )
  await expect(resolveClusters(clientOf(fleet), ['zzzzzzzz'])).rejects.toThrow(
    'There is no cluster zzzzzzzz.',
  )
})

test('who may only query is shown what queries go to, and who may do neither is told so', async () => {
  const denied = async (): Promise<never> => {
    throw new Fault('PERMISSION_DENIED', 'You may not.')
  }
  const some = clientOf({ ...fleet, listClusters: denied })
  expect((await knownClusters(some)).map(({ name }) => name)).toEqual(['local'])
  const none = clientOf({ listClusters: denied, listQueryClusters: denied })
  await expect(knownClusters(none)).rejects.toMatchObject({ code: 'PERMISSION_DENIED' })
})

test('calls at the same time share one look', async () => {
  let looks = 0
  const client = clientOf({
    ...fleet,
    listClusters: async () => {
      looks += 1
      return fleet.listClusters!()
    },
  })
  await Promise.all([resolveClusters(client, ['quay']), resolveClusters(client, ['harbour'])])
  expect(looks).toBe(1)
  await resolveClusters(client, ['quay'])
  expect(looks).toBe(2)
})
