import { isAbsolute, resolve } from 'node:path'
import { openObjectFolder } from '../adapter/folder/object-folder.ts'
import { Fault } from '../kernel/fault.ts'
import type { ObjectStore } from '../port/object-store.ts'

/** Opens what an address names: `folder:PATH`, or a path alone. */
export async function openObjectStore(url: string): Promise<ObjectStore> {
  const scheme = /^([a-z][a-z0-9]+):/.exec(url)?.[1]
  if (scheme === undefined || scheme === 'folder') {
    const path = url.replace(/^folder:(\/\/(?=\/))?/, '')
    if (path === '') throw new Fault('CONFIG_INVALID', `"${url}" names no folder.`)
    return openObjectFolder(isAbsolute(path) ? path : resolve(path))
  }
  throw new Fault(
    'CONFIG_INVALID',
    `There is no object store for "${url.slice(0, 100)}"; write folder:/path or s3://bucket/prefix.`,
  )
}
