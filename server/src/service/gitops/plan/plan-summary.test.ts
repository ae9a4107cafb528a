import { hourly } from '@aiops/contract/model/money'
import { PlanSummary } from '@aiops/contract/model/plan'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isFault } from '../../../kernel/fault.ts'
import { infracostJson, summarisePlan } from './index.ts'

type Change = Record<string, unknown>
const resourceOf = (address: string, actions: string[], change: Change, more: object = {}) => {
  const [type, name] = address.replace(/\[.*/, '').split('.').slice(-2)
  return {
    ...{ address, mode: 'managed', type, name, provider_name: 'terraform.io/builtin/terraform', ...more },
    change: { actions, before: null, after: null, ...change },
  }
}
const planOf = (resources: object[], more: object = {}) => ({
  ...{ format_version: '1.2', terraform_version: '1.11.4', resource_changes: resources, ...more },
})
const summarise = (json: unknown, options: Parameters<typeof summarisePlan>[1] = {}) => {
  const engine = { name: 'OpenTofu', version: '1.12.6' } as const
  return PlanSummary.parse(summarisePlan({ json, sha256: 'ab', engine }, options))
}

/** As Terraform 1.11.4 wrote it: `output` of a terraform_data loses the mark of its input. */
const database = resourceOf('terraform_data.db', ['delete', 'create'], {
  before: {
    id: 'a3ffb3e0',
    input: { kind: 'database', password: 'hunter2', service: 'orders' },
    output: { kind: 'database', password: 'hunter2', url: 'pg://u:hunter2@db' },
    triggers_replace: ['aws'],
  },
  after: {
    input: { kind: 'database', password: 'hunter2', service: 'orders' },
    triggers_replace: ['alibaba'],
  },
  after_unknown: { id: true, input: {}, output: true, triggers_replace: [false] },
  before_sensitive: { input: { password: true }, output: {} },
  after_sensitive: { input: { password: true }, output: {} },
  replace_paths: [['triggers_replace']],
})

describe('a plan', () => {
  it('that replaces a database says so, whatever anybody wrote about it', () => {
    const plan = summarise(planOf([database]))
    expect(plan.summary).toMatchObject({ replaces: 1, creates: 0, deletes: 0 })
    expect(plan.stateful).toEqual([
      {
        ...{ address: 'terraform_data.db', type: 'terraform_data', action: 'REPLACE', at_risk: true },
        ...{ reason: 'its input says that it is a database', service: 'orders' },
      },
    ])
    expect(plan.changes[0]).toMatchObject({
      ...{ replace_paths: ['triggers_replace'], changed: ['id', 'output', 'triggers_replace'] },
      ...{ stateful: true, service: 'orders' },
    })
    expect(plan.services).toEqual(['orders'])
  })

  it.each([
    [
      'a stateful set in a text',
      'kubectl_manifest.x',
      { yaml_body: 'apiVersion: apps/v1\nkind: StatefulSet\n' },
    ],
    [
      'a volume claim in a text of JSON',
      'kubectl_manifest.x',
      { yaml_body: '{\n"kind": "PersistentVolumeClaim"}' },
    ],
    ['an account that holds storage', 'azurerm_storage_account.x', {}],
    ['an account that holds databases', 'azurerm_cosmosdb_account.x', {}],
    ['a server of databases', 'azurerm_mssql_server.x', {}],
    ['a data set', 'google_bigquery_dataset.x', {}],
    ['a queue of any provider', 'azurerm_servicebus_queue.x', {}],
  ])('that deletes %s puts data at risk', (_, address, before) => {
    const plan = summarise(planOf([resourceOf(address, ['delete'], { before })]))
    expect(plan.stateful).toMatchObject([{ at_risk: true, action: 'DELETE' }])
  })

  it('that nests deeper than anything real is refused, not a defect', () => {
    const deep = JSON.parse(`${'{"a":'.repeat(50_000)}1${'}'.repeat(50_000)}`)
    const resource = resourceOf('a.b', ['create'], { after: deep })
    expect(() => summarise(planOf([resource]))).toThrow(expect.objectContaining({ code: 'PLAN_FAILED' }))
  })

  it('shows no sensitive value, not even where its mark was lost', () => {
    const plan = summarise(planOf([database]))
    expect(JSON.stringify(plan)).not.toContain('hunter2')
    expect(plan.changes[0]?.before).toMatchObject({
      input: { password: '(sensitive)' },
      output: { password: '(sensitive)', url: 'pg://u:(sensitive)@db' },
    })
    expect(plan.changes[0]?.after).toMatchObject({ id: '(known after apply)', output: '(known after apply)' })
  })

  it('hides the values of sensitive variables and outputs', () => {
    const plan = summarise(
      planOf([resourceOf('x_y.z', ['create'], { after: { note: 'key is tops3cret!' } })], {
        variables: { key: { value: 'tops3cret' } },
        configuration: { root_module: { variables: { key: { sensitive: true } } } },
        output_changes: {
          out: {
            actions: ['update'],
            before: 'old-old-old',
            after: 'new',
            before_sensitive: true,
            after_sensitive: true,
          },
          quiet: { actions: ['no-op'], before: 1, after: 1 },
        },
      }),
    )
    expect(JSON.stringify(plan)).not.toMatch(/tops3cret|old-old/)
    expect(plan.outputs_changed).toEqual([
      { name: 'out', action: 'UPDATE', before: '(sensitive)', after: '(sensitive)' },
    ])
  })

  it('hides secrets however long, and however many', () => {
    const [long, short] = ['k'.repeat(3_000_000), Array.from({ length: 3_000 }, (_, at) => `secret-${at}`)]
    const plan = summarise(
      planOf([
        resourceOf('a_b.c', ['create'], {
          ...{
            after: { long, short, copy: `x${long}`, seen: short[999] },
            after_sensitive: { long: true, short: true },
          },
        }),
      ]),
    )
    expect(plan.changes[0]?.after).toEqual({
      ...{ long: '(sensitive)', short: '(sensitive)', copy: 'x(sensitive)', seen: '(sensitive)' },
    })
  })

  it('counts what it does, without data that is only read', () => {
    const plan = summarise(
      planOf([
        resourceOf('a_b.c', ['create'], { after: {} }),
        resourceOf('a_b.u', ['update'], { before: { x: 1 }, after: { x: 2 } }),
        resourceOf('a_b.d', ['delete'], { before: {} }),
        resourceOf('a_b.n', ['no-op'], { before: {}, after: {} }),
        resourceOf('a_b.f', ['forget'], { before: {} }),
        resourceOf('a_b.o', ['delete'], { before: {} }, { deposed: 'abcd1234' }),
        resourceOf('data.a_b.r', ['read'], { after: {} }, { mode: 'data' }),
      ]),
    )
    expect(plan.summary).toEqual({ creates: 1, updates: 1, replaces: 0, deletes: 2, forgets: 1, no_ops: 1 })
    expect(plan.changes.map(({ address }) => address)).toContain('a_b.o (deposed abcd1234)')
    expect(plan.changes.map(({ action }) => action)).not.toContain('NO_OP')
  })

  it.each([
    ['aws_db_instance.main', { after: {} }, true],
    ['alicloud_kvstore_instance.main', { after: {} }, true],
    ['kubernetes_persistent_volume_claim_v1.data', { after: {} }, true],
    ['google_sql_database_instance.main', { after: {} }, true],
    ['aws_db_subnet_group.main', { after: {} }, false],
    ['aws_instance.web', { after: { tags: { Stateful: 'true' } } }, true],
    ['aws_instance.web', { after: { tags: { Stateful: 'false' }, ebs_block_device: [{ size: 1 }] } }, true],
    ['aws_instance.web', { after: { tags: { Stateful: 'false' } } }, false],
    ['aws_db_instance.main', { after: { tags: { Stateful: 'false' } } }, true],
    ['kubernetes_manifest.x', { after: { manifest: { kind: 'StatefulSet' } } }, true],
    [
      'terraform_data.x',
      { before: { input: { kind: 'database' } }, after: { input: { kind: 'instance' } } },
      true,
    ],
    ['terraform_data.x', { after: { input: { kind: 'instance' } } }, false],
    ['terraform_data.x', { after: { input: 'text' } }, false],
  ])('holds data or not: %s %j', (address, change, expected) => {
    const plan = summarise(planOf([resourceOf(address, ['create'], change)]))
    expect(plan.stateful.length > 0).toBe(expected)
    expect(plan.changes[0]?.stateful).toBe(expected)
  })

  it('finds the service by tag, label, module and name', () => {
    const services = (known: string[] | undefined, ...resources: object[]) =>
      summarise(planOf(resources), known ? { services: new Set(known) } : {}).changes.map(
        ({ service }) => service,
      )
    const created = (address: string, after: object = {}, module?: string) =>
      resourceOf(address, ['create'], { after }, module ? { module_address: module } : {})
    const resources = [
      created('aws_instance.web', { tags: { Service: 'orders' } }),
      created('kubernetes_deployment.x', { metadata: [{ labels: { 'app.kubernetes.io/name': 'cart' } }] }),
      created('module.orders_aws[0].aws_instance.web', {}, 'module.orders_aws[0]'),
      created('module.all["a.b"].module.cart.aws_instance.w', {}, 'module.all["a.b"].module.cart'),
      created('aws_instance.order_queue_worker'),
      created('aws_instance.orders'),
    ]
    expect(services(undefined, ...resources)).toEqual(['orders', 'cart', null, null, null, null])
    const known = ['orders', 'cart', 'order', 'order-queue']
    expect(services(known, ...resources)).toEqual([
      'orders',
      'cart',
      'orders',
      'cart',
      'order-queue',
      'orders',
    ])
  })

  it('tells what was changed outside', () => {
    const drift = resourceOf('aws_instance.web', ['update'], { before: { type: 'a' }, after: { type: 'b' } })
    const plan = summarise(planOf([], { resource_drift: [drift] }))
    expect(plan.drift).toMatchObject([{ address: 'aws_instance.web', action: 'UPDATE', changed: ['type'] }])
  })

  it('tells what it would run', () => {
    const module = {
      resources: [
        { address: 'terraform_data.x', type: 'terraform_data', provisioners: [{ type: 'local-exec' }] },
        { address: 'data.external.y', type: 'external' },
      ],
      module_calls: { far: { source: 'git::https://x', module: {} }, near: { source: './near', module: {} } },
    }
    expect(summarise(planOf([], { configuration: { root_module: module } })).executes).toEqual([
      { address: 'terraform_data.x', what: 'a local-exec provisioner' },
      { address: 'data.external.y', what: 'external' },
      { address: 'module.far', what: 'a module from git::https://x' },
    ])
  })

  it.each([
    ['nothing', null],
    ['a list', []],
    ['another format', { format_version: '2.0' }],
    ['a plan that failed', { format_version: '1.2', errored: true }],
    ['an action that nobody knows', planOf([resourceOf('a_b.c', ['obliterate'], {})])],
    ['no actions', planOf([resourceOf('a_b.c', [], {})])],
  ])('is refused: %s', (_, json) => {
    expect(() => summarise(json)).toThrow(expect.objectContaining({ code: 'PLAN_FAILED' }))
  })

  it('of any JSON is read or refused, and nothing else', () => {
    const change = fc.record(
      {
        actions: fc.array(fc.constantFrom('create', 'delete', 'x')),
        before: fc.jsonValue(),
        after: fc.jsonValue(),
        after_unknown: fc.jsonValue(),
        before_sensitive: fc.jsonValue(),
        after_sensitive: fc.jsonValue(),
      },
      { requiredKeys: ['actions'] },
    )
    const resource = fc.record(
      {
        address: fc.string(),
        module_address: fc.string(),
        mode: fc.constantFrom('managed', 'data'),
        type: fc.string(),
        name: fc.string(),
        change,
      },
      { requiredKeys: ['address', 'mode', 'type', 'name', 'change'] },
    )
    fc.assert(
      fc.property(fc.array(resource, { maxLength: 3 }), fc.jsonValue(), (resources, configuration) => {
        try {
          summarise(JSON.parse(JSON.stringify(planOf(resources, { configuration }))))
        } catch (error) {
          expect(isFault(error) && error.code).toBe('PLAN_FAILED')
        }
      }),
      { numRuns: 300 },
    )
  })
})

describe('what a plan costs', () => {
  const move = resourceOf('terraform_data.web', ['update'], {
    before: { input: { kind: 'instance', provider: 'aws' } },
    after: { input: { kind: 'instance', provider: 'alibaba' } },
  })
  const prices: Record<string, number> = { aws: 0.096, alibaba: 0.068 }
  const pricing = {
    source: 'list prices of 2026-11',
    priceOf: ({ values }: { values: Readonly<Record<string, unknown>> }) => {
      const price = prices[(values.input as { provider: string }).provider]
      return price === undefined ? undefined : hourly(price)
    },
  }

  it('is the difference of the prices of what changes', () => {
    const { cost } = summarise(planOf([move]), { pricing })
    expect(cost).toMatchObject({ unknown: [], source: 'list prices of 2026-11' })
    expect(cost.hourly_delta_usd).toBeCloseTo(-0.028, 10)
    expect(cost.known).toMatchObject([{ before_hourly_usd: 0.096, after_hourly_usd: 0.068 }])
  })

  it('is unknown where one price is, never 0', () => {
    const far = resourceOf('aws_instance.web', ['create'], { after: { input: { provider: 'gcp' } } })
    const { cost } = summarise(planOf([move, far]), { pricing })
    expect(cost.hourly_delta_usd).toBeNull()
    expect(cost.known_hourly_delta_usd).toBeCloseTo(-0.028, 10)
    expect(cost.unknown).toEqual([
      {
        address: 'aws_instance.web',
        type: 'aws_instance',
        reason: 'list prices of 2026-11 has no price for it',
      },
    ])
    expect(summarise(planOf([move])).cost.hourly_delta_usd).toBeNull()
    for (const wrong of [Number.NaN, -1, Number.POSITIVE_INFINITY])
      expect(
        summarise(planOf([move]), { pricing: { source: 'x', priceOf: () => hourly(wrong) } }).cost
          .hourly_delta_usd,
      ).toBeNull()
  })

  it('is nothing for what the providers do not charge for, and for what stays', () => {
    const plan = planOf([
      resourceOf('aws_security_group.web', ['create'], { after: {} }),
      resourceOf('terraform_data.note', ['create'], { after: { input: 'text' } }),
      resourceOf('aws_instance.same', ['no-op'], { before: {}, after: {} }),
    ])
    expect(summarise(plan).cost).toMatchObject({ hourly_delta_usd: 0, known: [], unknown: [] })
  })

  it('is told in the form of Infracost', () => {
    const far = resourceOf('aws_instance.web', ['create'], { after: { input: { provider: 'gcp' } } })
    const { cost } = summarise(planOf([move, far]), { pricing })
    expect(infracostJson(cost, 'shop', 0)).toMatchObject({
      ...{ version: '0.2', currency: 'USD', totalHourlyCost: '0.068', pastTotalHourlyCost: '0.096' },
      ...{ diffTotalHourlyCost: '-0.028', diffTotalMonthlyCost: '-20.44', totalMonthlyCost: '49.64' },
      summary: { totalUnsupportedResources: 1, unsupportedResourceCounts: { aws_instance: 1 } },
      projects: [
        { name: 'shop', diff: { resources: [{ name: 'terraform_data.web', monthlyCost: '-20.44' }] } },
      ],
    })
  })
})
