import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'
import { openObjectFolder } from '../../../adapter/folder/object-folder.ts'
import { checkpointLogConformance } from '../../../port/checkpoint-log.suite.ts'
import { checkpointObjects } from './checkpoint-objects.ts'

const folder = mkdtempSync(join(tmpdir(), 'aiops-checkpoints-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

checkpointLogConformance(async (name) => checkpointObjects(await openObjectFolder(join(folder, name)), name))
