import { severities } from '@aiops/contract/model/severity'
import type { Command } from 'commander'
import { type ConnectionOptions, connect, withConnection } from './connection.ts'
import { print, printJson, severity, span } from './print.ts'

export function statusCommand(program: Command): void {
  withConnection(
    program
      .command('status')
      .description('what is going on now: health, rates, open incidents')
      .addHelpText('after', examples),
  ).action(async (options: ConnectionOptions) => {
    const client = connect(options)
    const [health, overview] = await Promise.all([client.getHealth(), client.getOverview()])
    if (options.json) return printJson({ health, ...overview })
    const { stats, open_by_severity: open, entities, funnel } = overview
    print(`${options.url} is ${health.status}, version ${health.version}, up ${span(health.uptime_seconds)}`)
    for (const check of health.checks.filter((c) => c.status !== 'ok'))
      print(`  ${check.name}: ${check.message}`)
    print(
      `Receiving ${stats.samples_per_second} samples/s, ${stats.logs_per_second} logs/s, ${stats.spans_per_second} spans/s over ${stats.active_series} series`,
    )
    print(
      entities.total === 0
        ? 'Watching no entity: telemetry has told of none yet'
        : `Watching ${entities.total} entities, ${entities.unhealthy} of them not healthy`,
    )
    print(
      `Last 24 hours: ${funnel.anomalies} anomalies and ${funnel.alerts} alerts became ${funnel.incidents} incidents, ${funnel.diagnosed} explained, ${funnel.remediated} fixed by a runbook`,
    )
    const counts = severities.filter((s) => (open[s] ?? 0) > 0).map((s) => `${open[s]} ${severity(s)}`)
    print(
      counts.length === 0
        ? // Of what nobody told of, nobody can say that it is well.
          entities.total === 0
          ? 'No open incident; no service is known yet.'
          : 'Nothing is wrong.'
        : `Open incidents: ${counts.join(', ')}. See "aiops incidents".`,
    )
  })
}

const examples = `
Examples:
  aiops status
  aiops status --json | jq .open_by_severity
  aiops status --url http://aiops.example:8080 --token "$KEY"
`
