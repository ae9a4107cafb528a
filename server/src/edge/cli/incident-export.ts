import { writeFile } from 'node:fs/promises'
import { incidentExportPath, postMortemPath } from '@aiops/contract/api/incident-export'
import { IncidentExport } from '@aiops/contract/model/incident-export'
import type { Command } from 'commander'
import { Fault, messageOf } from '../../kernel/fault.ts'
import { type ConnectionOptions, download, withConnection } from './connection.ts'
import { numbered } from './incident-change.ts'
import { dim, print } from './print.ts'

type Options = ConnectionOptions & { output?: string; alerts?: string }

const pathOf = (path: string, id: string): string => path.replace('{id}', encodeURIComponent(numbered(id).id))

/** `aiops incident export|post-mortem ID`. */
export function incidentExportCommands(incident: Command): void {
  withConnection(
    incident
      .command('export <id>')
      .description('one incident with all that is known of it, as JSON')
      .addHelpText('after', exportExamples),
  )
    .option('-o, --output <file>', 'where it goes; stdout without it')
    .option('--alerts <file>', 'its alerts besides, one a line, as "aiops correlate" reads them')
    .action(async (id: string, _: Options, command: Command) => {
      // `aiops incident` knows the options of the connection too, and takes them wherever they stand.
      const options = command.optsWithGlobals<Options>()
      const text = await (await download(options, pathOf(incidentExportPath, id))).text()
      if (options.alerts !== undefined) await writeAlerts(text, options.alerts)
      await deliver(text, options.output)
    })
  withConnection(
    incident
      .command('post-mortem <id>')
      .description('the draft of a post-mortem, from recorded facts only, as Markdown')
      .addHelpText('after', '\nExamples:\n  aiops incident post-mortem INC-12 -o inc-12.md\n'),
  )
    .option('-o, --output <file>', 'where it goes; stdout without it')
    .action(async (id: string, _: Options, command: Command) => {
      const options = command.optsWithGlobals<Options>()
      await deliver(await (await download(options, pathOf(postMortemPath, id))).text(), options.output)
    })
}

const exportExamples = `
Examples:
  aiops incident export 12 | jq '.incident.timeline[].sentence'
  aiops incident export INC-12 -o inc-12.json --alerts inc-12.jsonl
  jq .topology inc-12.json > topology.json
  aiops correlate --input inc-12.jsonl --topology topology.json --output groups.json
`

/** As webhooks of Alertmanager that were recorded: each alert when it came, and once more when it ended. */
async function writeAlerts(text: string, file: string): Promise<void> {
  const { incident } = IncidentExport.parse(JSON.parse(text))
  const told = incident.alerts.flatMap((alert) => [
    { at: alert.received_at, status: 'firing', alert },
    ...(alert.ends_at === null ? [] : [{ at: alert.ends_at, status: 'resolved', alert }]),
  ])
  const lines = told
    .toSorted((a, b) => Date.parse(a.at) - Date.parse(b.at))
    .map(({ at, status, alert: { id, fingerprint, name, labels, annotations, starts_at, ends_at } }) => ({
      received_at: at,
      payload: {
        alerts: [
          {
            ...{ status, fingerprint, labels: { alertname: name, ...labels } },
            annotations: { ...annotations, event_id: annotations.event_id ?? id },
            startsAt: starts_at,
            ...(status === 'resolved' && ends_at !== null ? { endsAt: ends_at } : {}),
          },
        ],
      },
    }))
  await written(file, lines.map((line) => `${JSON.stringify(line)}\n`).join(''))
}

async function deliver(text: string, output: string | undefined): Promise<void> {
  if (output === undefined || output === '-')
    return new Promise((resolve) => process.stdout.write(text, () => resolve()))
  await written(output, text)
  print(dim(`${output}: ${Buffer.byteLength(text)} bytes`))
}

const written = (file: string, text: string): Promise<void> =>
  writeFile(file, text).catch((error: unknown) => {
    throw new Fault('INVALID_REQUEST', `${file} cannot be written (${messageOf(error)}).`)
  })
