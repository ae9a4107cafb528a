import type { Command } from 'commander'
import { print, printJson } from './print.ts'

export type RestoreDeps = {
  data: {
    restore(options: { from: string; id?: string; data?: string }): Promise<{
      id: string
      folder: string
      bytes: number
      position: number
      createdAt: string
      seconds: number
    }>
  }
}
type Options = { from: string; id?: string; data?: string; json?: boolean }

export function restoreCommand(program: Command, deps: RestoreDeps): void {
  program
    .command('restore')
    .description('bring a backup into an empty data folder, every checksum tried')
    .requiredOption('--from <place>', 'where the backup lies: folder, or s3://bucket/prefix')
    .option('--id <name>', 'which backup; the newest unless said')
    .option('--data <folder>', 'data folder to make; must be empty or absent')
    .option('--json', 'print JSON')
    .addHelpText('after', examples)
    .action(async ({ from, id, data, json }: Options) => {
      const restored = await deps.data.restore({ from, ...(id ? { id } : {}), ...(data ? { data } : {}) })
      if (json) return printJson(restored)
      const megabytes = (restored.bytes / 1_048_576).toFixed(1)
      print(
        `Restored ${restored.id} of ${restored.createdAt}: ${megabytes} MB in ${restored.seconds.toFixed(1)} s, into ${restored.folder}`,
      )
      print(
        `Start it with "aiops serve --data ${restored.folder}". Put back the secrets, which are in no backup.`,
      )
    })
}

const examples = `
Examples:
  aiops restore --from /var/backups/aiops --data /var/lib/aiops
  aiops restore --from /var/backups/aiops --id 20260101T030000Z-1f2e --data /tmp/look
`
