import * as system from 'node:fs/promises'
import { createDurableFiles } from '../../port/durable-files.ts'

export const durableFiles = createDurableFiles(system)
