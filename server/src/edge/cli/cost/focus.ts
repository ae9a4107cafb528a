import { createWriteStream } from 'node:fs'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { Command } from 'commander'
import { Fault } from '../../../kernel/fault.ts'
import { type ConnectionOptions, download, withConnection } from '../connection.ts'
import { durationOf } from '../time-option.ts'

type FocusOptions = ConnectionOptions & { since: string; output?: string }

export function focusCommand(cost: Command): void {
  withConnection(
    cost
      .command('focus')
      .description('what was spent by day, as a FOCUS data set (CSV)')
      .option('--since <duration>', 'how far back, whole days', durationOf, '30d')
      .option('-o, --output <file>', 'where it goes; stdout without it'),
  ).action(async ({ since, output, ...options }: FocusOptions) => {
    const { body: stream } = await download(
      options,
      `/api/v1/cost/focus?duration=${encodeURIComponent(since)}`,
    )
    if (!stream) throw new Fault('UPSTREAM_FAILED', 'The platform gave no export.')
    const body = Readable.fromWeb(stream as import('node:stream/web').ReadableStream)
    if (output === undefined || output === '-') await pipeline(body, process.stdout, { end: false })
    else await pipeline(body, createWriteStream(output))
  })
}
