import type { Incident } from '@aiops/contract/model/incident'
import type { Command } from 'commander'
import { type ConnectionOptions, connect, withConnection } from './connection.ts'
import { print, printJson, severity } from './print.ts'

export type ChangeOptions = ConnectionOptions & { comment?: string }
type Client = ReturnType<typeof connect>

/** A command below `aiops incident` that knows where the platform is. */
export const incidentCommand = (incident: Command, usage: string, description: string): Command =>
  withConnection(incident.command(usage).description(description))

/** An incident as a path names it: `INC-12` and `12` are the same. */
export const numbered = (id: string): { id: string } => ({ id: id.replace(/^INC-/i, '') })

export const commentOf = ({ comment }: ChangeOptions): { comment?: string } => (comment ? { comment } : {})

/** Makes one change and says how the incident is now. */
export function changeIncident(
  command: Command,
  change: (client: Client) => Promise<Incident>,
): Promise<void> {
  return changeIncidents(command, [undefined], change)
}

/** Makes the change of each item in turn, and says of each at once how its incident is then: what follows may be refused. */
export async function changeIncidents<T>(
  command: Command,
  items: readonly T[],
  change: (client: Client, item: T) => Promise<Incident>,
): Promise<void> {
  // `aiops incident` knows the options of the connection too, and takes them wherever they stand.
  const options = command.optsWithGlobals<ConnectionOptions>()
  const client = connect(options)
  const changed: Incident[] = []
  for (const item of items) {
    const incident = await change(client, item)
    changed.push(incident)
    if (!options.json) printChanged(incident)
  }
  if (options.json) printJson(items.length === 1 ? changed[0] : changed)
}

function printChanged(incident: Incident): void {
  const who = incident.assigned_to === null ? '' : `, ${incident.assigned_to} has it`
  const members = incident.alert_count + incident.anomaly_count
  print(
    `INC-${incident.number} ${severity(incident.severity)} ${incident.status}  ${incident.title} (${members} ${members === 1 ? 'member' : 'members'}${who})`,
  )
  if (incident.confirmed_cause) print(`Cause: ${incident.confirmed_cause.sentence}`)
}
