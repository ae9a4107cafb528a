import { EvidenceType } from '@aiops/contract/model/answer'
import { Persona, PersonaInput } from '@aiops/contract/model/persona'
import { describe, expect, it, onTestFinished } from 'vitest'
import { openSqliteRecordStore } from '../../../adapter/kysely/record-store.ts'
import { ManualClock } from '../../../kernel/clock.ts'
import type { Caller } from '../../../port/operation-client.ts'
import { builtinPersonas, createPersonas } from './index.ts'

const callerOf = (actor: string, tenant = 'default'): Caller => ({ actor, tenant, permissions: [] })
const anna = callerOf('anna')
const ben = callerOf('ben')
const tools = ['list_alerts', 'query_logs'].map((name) => ({
  ...{ name, title: name, description: '', effect: 'READ' as const, input_schema: {} },
}))
const inputOf = (id: string, more: Partial<PersonaInput> = {}): PersonaInput =>
  PersonaInput.parse({ id, name: id, capabilities: ['list_alerts'], ...more })

async function open() {
  const records = await openSqliteRecordStore(':memory:')
  onTestFinished(() => records.close())
  const clock = new ManualClock()
  return { clock, personas: createPersonas({ records, clock, tools: async () => tools }) }
}

describe('the built-in personas', () => {
  it('are the five that are specified, and each fits the contract', () => {
    expect(builtinPersonas.map(({ id, name, icon, focus }) => [id, name, icon, focus])).toEqual([
      ['default', 'Default Assistant', 'robot', []],
      ['platform-ops', 'Platform Operations Expert', 'server', ['CLUSTER', 'CAPACITY']],
      ['gpu-expert', 'GPU Infrastructure Expert', 'gpu', ['GPU', 'CAPACITY']],
      ['network-cnf', 'Network & CNF Expert', 'network', ['NETWORK', 'CNF']],
      ['telco-5g', 'Telco 5G Specialist', 'signal', ['CNF', 'TRACES']],
    ])
    for (const persona of builtinPersonas) {
      expect(Persona.parse(persona)).toEqual(persona)
      expect(new Set(persona.capabilities).size).toBe(persona.capabilities.length)
      for (const type of Object.keys(persona.evidence_weights)) EvidenceType.parse(type)
    }
  })

  it.each([
    ['default', 'query_metrics search_traces query_logs list_alerts get_gpu_nodes list_clusters'],
    ['platform-ops', 'query_metrics search_traces query_logs list_alerts list_clusters get_cluster_status'],
    ['gpu-expert', 'get_gpu_nodes get_gpu_processes get_gpu_summary query_metrics list_clusters'],
    [
      'network-cnf',
      'get_cnf_workloads get_ptp_status get_dpdk_stats get_sriov_status query_metrics search_traces',
    ],
    ['telco-5g', 'get_cnf_workloads query_metrics search_traces query_logs list_alerts'],
  ])('%s has the tools of its expertise first, and the common ground', (id, expected) => {
    const { capabilities } = builtinPersonas.find((persona) => persona.id === id)!
    const own = expected.split(' ')
    expect(capabilities.slice(0, own.length)).toEqual(own)
    expect(capabilities).toEqual(expect.arrayContaining(['get_overview', 'get_incident', 'list_changes']))
  })

  it('differ in what they may use', () => {
    const sets = builtinPersonas.map(({ capabilities }) => [...capabilities].sort().join())
    expect(new Set(sets).size).toBe(5)
  })

  it('are read-only, and nobody takes their ids', async () => {
    const { personas } = await open()
    const { id: _, ...rest } = inputOf('default')
    await expect(personas.update(anna, 'default', rest)).rejects.toMatchObject({ code: 'PERSONA_READONLY' })
    await expect(personas.delete(anna, 'telco-5g')).rejects.toMatchObject({ code: 'PERSONA_READONLY' })
    await expect(personas.create(anna, inputOf('gpu-expert'))).rejects.toMatchObject({ code: 'CONFLICT' })
  })
})

describe('a persona of your own', () => {
  it('is made, changed and deleted by you', async () => {
    const { personas, clock } = await open()
    const made = await personas.create(anna, inputOf('night', { voice: 'TERSE' }))
    expect(Persona.parse(made)).toMatchObject({ created_by: 'anna', is_builtin: false, voice: 'TERSE' })
    await clock.advance(5_000)
    const { id: _, ...rest } = inputOf('night', { name: 'Night shift', capabilities: ['query_logs'] })
    const changed = await personas.update(anna, 'night', rest)
    expect(changed).toMatchObject({ name: 'Night shift', capabilities: ['query_logs'] })
    expect(changed.created_at).toBe(made.created_at)
    expect(changed.updated_at).not.toBe(made.updated_at)
    expect((await personas.list(anna)).at(-1)).toEqual(changed)
    await personas.delete(anna, 'night')
    await expect(personas.get(anna, 'night')).rejects.toMatchObject({ code: 'PERSONA_NOT_FOUND' })
    await expect(personas.delete(anna, 'night')).rejects.toMatchObject({ code: 'PERSONA_NOT_FOUND' })
  })

  it('does not exist for others until it is shared, and then is theirs to use only', async () => {
    const { personas } = await open()
    await personas.create(anna, inputOf('night'))
    const { id: _, ...rest } = inputOf('night', { shared: true })
    for (const other of [ben, callerOf('anna', 'shop')]) {
      await expect(personas.get(other, 'night')).rejects.toMatchObject({ code: 'PERSONA_NOT_FOUND' })
      await expect(personas.update(other, 'night', rest)).rejects.toMatchObject({ code: 'PERSONA_NOT_FOUND' })
      expect(await personas.list(other)).toHaveLength(5)
    }
    await personas.update(anna, 'night', rest)
    expect((await personas.get(ben, 'night')).shared).toBe(true)
    await expect(personas.update(ben, 'night', rest)).rejects.toMatchObject({ code: 'PERSONA_READONLY' })
    await expect(personas.delete(ben, 'night')).rejects.toMatchObject({ code: 'PERSONA_READONLY' })
  })

  it('is given tools that there are', async () => {
    const { personas } = await open()
    const wrong = inputOf('night', { capabilities: ['list_alerts', 'delete_cluster'] })
    await expect(personas.create(anna, wrong)).rejects.toMatchObject({ code: 'VALIDATION_FAILED' })
    const twice = inputOf('night', { capabilities: ['list_alerts', 'list_alerts'] })
    expect((await personas.create(anna, twice)).capabilities).toEqual(['list_alerts'])
  })

  it('is one of 200 of its tenant', async () => {
    const { personas } = await open()
    for (let i = 0; i < 200; i += 1) await personas.create(i % 2 ? anna : ben, inputOf(`p-${i}x`))
    await expect(personas.create(anna, inputOf('more'))).rejects.toMatchObject({ code: 'CONFLICT' })
    await personas.create(callerOf('anna', 'shop'), inputOf('more'))
    await personas.delete(anna, 'p-1x')
    await personas.create(anna, inputOf('more'))
  })
})
