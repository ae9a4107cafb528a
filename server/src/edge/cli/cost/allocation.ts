import type { Command } from 'commander'
import { type ConnectionOptions, connect, withConnection } from '../connection.ts'
import { dim, print, printJson, table } from '../print.ts'
import { durationOf } from '../time-option.ts'
import { money, share } from './money.ts'

type AllocationOptions = ConnectionOptions & {
  by: string
  since: string
  step?: string
  shareIdle: boolean
  idle: boolean
}

export function allocationCommand(cost: Command): void {
  withConnection(
    cost
      .command('allocation')
      .description('what ran and what it cost: max(request, usage) × hours × price, idle and shared included')
      .option(
        '--by <property>',
        'namespace, service, team, cluster, node, controller, pod, label:x',
        'namespace',
      )
      .option('--since <duration>', 'how far back, such as 30m or 7d', durationOf, '24h')
      .option('--step <duration>', 'also the spend of each step', durationOf)
      .option('--share-idle', 'spread idle capacity over what ran on the same node', false)
      .option('--no-idle', 'leave idle capacity out'),
  ).action(async (options: AllocationOptions) => {
    const answer = await connect(options).listAllocations({
      query: {
        ...{ aggregate: options.by.split(','), duration: options.since },
        ...(options.step === undefined ? {} : { step: options.step }),
        ...{ include_idle: String(options.idle), share_idle: String(options.shareIdle) },
      },
    })
    if (options.json) return printJson(answer)
    const rows = answer.allocations.map((one) => [
      one.name,
      money(one.cpu_usd),
      money(one.ram_usd),
      money(one.gpu_usd),
      money(one.storage_usd),
      money(one.network_usd),
      money(one.shared_usd),
      money(one.idle_usd),
      money(one.total_usd),
      share(one.efficiency),
    ])
    const head = ['NAME', 'CPU', 'RAM', 'GPU', 'STORAGE', 'NETWORK', 'SHARED', 'IDLE', 'TOTAL', 'EFFICIENCY']
    for (const line of table([head, ...rows])) print(line)
    print()
    print(`${money(answer.total_usd)} in the last ${options.since}`)
    for (const step of answer.steps) {
      const sum = Object.values(step.by_name).reduce<number>((all, one) => all + one, 0)
      print(`  ${step.start}  ${money(sum)}`)
    }
    for (const source of answer.sources)
      print(
        dim(
          `source: ${source.name}${source.as_of ? `, as of ${source.as_of}` : ''}${source.stale ? ' (stale)' : ''}`,
        ),
      )
    for (const notice of answer.notices) print(dim(notice))
  })
}
