import { resolve } from 'node:path'
import type { Command } from 'commander'
import { Fault, isFault } from '../../kernel/fault.ts'
import { type ConnectionOptions, connect, withConnection } from './connection.ts'
import { Exit } from './exit.ts'
import { print, printJson } from './print.ts'

/** Works on a data folder that no server has open. */
export type BackupDeps = {
  data: {
    backup(options: {
      to: string
      data?: string
    }): Promise<{ id: string; bytes: number; files: number; position: number; seconds: number }>
  }
}
type Options = ConnectionOptions & { to: string; data?: string }

/** A large backup takes minutes; the server is asked this often how it goes. */
const askEveryMs = 500

export function backupCommand(program: Command, deps: BackupDeps): void {
  withConnection(
    program
      .command('backup')
      .description('copy everything the platform keeps, while it runs')
      .requiredOption('--to <place>', 'folder, or s3://bucket/prefix; of the machine the platform runs on')
      .option('--data <folder>', 'a data folder that no server has open, instead of asking a server')
      .addHelpText('after', examples),
  ).action(async (options: Options) => {
    const done =
      options.data === undefined ? await online(options, deps) : await deps.data.backup(offline(options))
    if (options.json) return printJson(done)
    const megabytes = (done.bytes / 1_048_576).toFixed(1)
    print(
      `Backup ${done.id}: ${done.files} files, ${megabytes} MB in ${done.seconds.toFixed(1)} s, at ${options.to}`,
    )
    print(`It holds all that was acknowledged up to position ${done.position}. Secrets are not in it.`)
  })
}

const offline = ({ to, data }: Options): { to: string; data?: string } =>
  data === undefined ? { to } : { to, data }

/** The server may stand in another folder than we do. */
const placeOf = (to: string): string => (/^[a-z][a-z0-9]+:/.test(to) ? to : resolve(to))

type Done = Awaited<ReturnType<BackupDeps['data']['backup']>>

/** Asks the server; where none answers, the folder it would use is taken, which its lock guards. */
async function online(options: Options, deps: BackupDeps): Promise<Done> {
  const client = connect(options)
  try {
    let backup = await client.createBackup({ body: { to: placeOf(options.to) } })
    while (backup.status === 'RUNNING') {
      await new Promise((resolve) => setTimeout(resolve, askEveryMs))
      backup = await client.getBackup({ params: { id: backup.id } })
    }
    if (backup.status === 'DONE') return { ...backup, position: backup.position ?? 0 }
    process.stderr.write(`aiops: the backup failed: ${backup.error}\n`)
    throw new Exit(1)
  } catch (error) {
    const silent = isFault(error) && error.code === 'UPSTREAM_FAILED'
    if (!silent) throw error
    process.stderr.write(`aiops: no server answers at ${options.url}; the data folder is copied directly\n`)
    return deps.data.backup(offline(options)).catch((cause) => {
      if (isFault(cause) && cause.code === 'NOT_FOUND')
        throw new Fault('NOT_FOUND', `${error.message} ${cause.message}`, { cause })
      throw cause
    })
  }
}

const examples = `
Examples:
  aiops backup --to /var/backups/aiops
  aiops backup --to /mnt/usb --data /var/lib/aiops     with the server stopped
  aiops restore --from /var/backups/aiops --data /var/lib/aiops
`
