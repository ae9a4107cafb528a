import { join } from 'node:path'
import { openKubeconfig } from './app/cluster/clusters.ts'
import { serve, settingsOf } from './app/serve.ts'
import { auditCare } from './app/upkeep/audit-care.ts'
import { dataCare } from './app/upkeep/data-care.ts'
import { version } from './app/version.ts'
import { runCli } from './edge/cli/index.ts'

// A reader that has seen enough, such as `head`, ends the command; that is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1))

const code = await runCli(process.argv.slice(2), {
  version,
  serve,
  settings: settingsOf,
  data: dataCare,
  audit: auditCare,
  openCluster: openKubeconfig,
  mainPath: import.meta.filename,
  placementExample: join(import.meta.dirname, '../../example/placement'),
  startShop: async (options) => (await import('../../example/shop/index.ts')).startShop(options),
})
// A pipe takes what it has room for; what waits for a slow reader would be lost.
await new Promise<void>((resolve) => process.stdout.write('', () => resolve()))
process.exit(code)
