import { createWriteStream } from 'node:fs'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { Command } from 'commander'
import { Fault } from '../../../kernel/fault.ts'
import { type ConnectionOptions, withConnection } from '../connection.ts'

type FocusOptions = ConnectionOptions & { since: string; output?: string }

export function focusCommand(cost: Command): void {
  withConnection(
    cost
      .command('focus')
      .description('what was spent by day, as a FOCUS data set (CSV)')
      .option('--since <duration>', 'how far back, whole days', '30d')
      .option('-o, --output <file>', 'where it goes; stdout without it'),
  ).action(async ({ url, token, tenant, since, output }: FocusOptions) => {
    const response = await fetch(`${url}/api/v1/cost/focus?duration=${encodeURIComponent(since)}`, {
      headers: {
        ...(token ? { authorization: `Bearer ${token}` } : {}),
        ...(tenant ? { 'x-tenant-id': tenant } : {}),
      },
    })
    if (!response.ok || !response.body)
      throw new Fault('UPSTREAM_FAILED', `The export was not given: ${response.status}.`)
    const body = Readable.fromWeb(response.body as import('node:stream/web').ReadableStream)
    if (output === undefined) await pipeline(body, process.stdout, { end: false })
    else await pipeline(body, createWriteStream(output))
  })
}
