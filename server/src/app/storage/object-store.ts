import { isAbsolute, resolve } from 'node:path'
import { openObjectFolder } from '../../adapter/folder/object-folder.ts'
import { systemClock } from '../../kernel/clock.ts'
import { Fault } from '../../kernel/fault.ts'
import { systemRandom } from '../../kernel/random.ts'
import type { ObjectStore } from '../../port/object-store.ts'
import type { SecretSource } from '../../port/secret-source.ts'

/** Opens what an address names: `folder:PATH`, a path alone, or `s3://BUCKET/PREFIX?name=value` with the settings of the S3 adapter. */
export async function openObjectStore(url: string, secrets: SecretSource): Promise<ObjectStore> {
  const scheme = /^([a-z][a-z0-9]+):/.exec(url)?.[1]
  if (scheme === undefined || scheme === 'folder') {
    const path = url.replace(/^folder:(\/\/(?=\/))?/, '')
    if (path === '') throw new Fault('CONFIG_INVALID', `"${url}" names no folder.`)
    return openObjectFolder(isAbsolute(path) ? path : resolve(path))
  }
  if (scheme === 's3') return openBucket(url, secrets)
  throw new Fault(
    'CONFIG_INVALID',
    `There is no object store for "${url.slice(0, 100)}"; write folder:/path or s3://bucket/prefix.`,
  )
}

async function openBucket(url: string, secrets: SecretSource): Promise<ObjectStore> {
  // Only who names a bucket loads what signs its requests.
  const { createS3ObjectStore, S3Config } = await import('../../adapter/s3/index.ts')
  const { hostname: bucket, pathname, searchParams } = new URL(url)
  const config = S3Config.safeParse(Object.fromEntries(searchParams))
  if (bucket === '' || !config.success) {
    const issue = config.error?.issues[0]
    const problem = issue ? `${issue.path.join('.')}: ${issue.message}` : 'it names no bucket'
    throw new Fault('CONFIG_INVALID', `"${url.slice(0, 200)}" cannot be used: ${problem}.`)
  }
  const prefix = decodeURIComponent(pathname.slice(1))
  return createS3ObjectStore({
    ...{ bucket, prefix, secrets },
    config: config.data,
    clock: systemClock,
    random: systemRandom,
  })
}
