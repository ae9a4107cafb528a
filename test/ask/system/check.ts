import { parseArgs } from 'node:util'
import { createClient } from '@aiops/contract/client'
import { checkSystem } from './check-system.ts'
import { playSystem } from './play-system.ts'

/** Whether what the page says can be had from the platform: node test/ask/system/check.ts [--url of one that plays, with --at its moment] */
const { values } = parseArgs({ options: { url: { type: 'string' }, at: { type: 'string' } } })
const played =
  values.url === undefined || values.at === undefined
    ? await playSystem()
    : {
        ...{ client: createClient({ url: values.url }), factsAt: Date.parse(values.at) },
        stop: async (): Promise<void> => {},
      }
try {
  const facts = await checkSystem(played.client, played.factsAt)
  for (const { fact, holds, found } of facts)
    process.stdout.write(`${holds ? 'yes' : 'NO '}  ${fact}${holds ? '' : `: found ${found}`}\n`)
  const failed = facts.filter(({ holds }) => !holds).length
  process.stdout.write(`${facts.length - failed} of ${facts.length} facts hold\n`)
  process.exitCode = failed === 0 ? 0 : 1
} finally {
  await played.stop()
}
