import { join } from 'node:path'
import type { TenantId } from '@aiops/contract/model/tenant'
import { createDocumentFolder } from '../../adapter/folder/document-folder.ts'
import type { DocumentSource } from '../../port/document-source.ts'

/** The first tenant's documents lie in the folder itself, those of each tenant in one of its name. `named`: which files count; YAML unless given. */
export const tenantDocuments = (
  folder: string,
  tenants: readonly TenantId[],
  named?: RegExp,
): { tenant: TenantId; source: DocumentSource }[] => [
  ...tenants.slice(0, 1).map((tenant) => ({ tenant, source: createDocumentFolder(folder, named) })),
  ...tenants.map((tenant) => {
    const source = createDocumentFolder(join(folder, tenant), named)
    const load = async () =>
      (await source.load()).map((found) => ({ ...found, file: `${tenant}/${found.file}` }))
    return { tenant, source: { load } }
  }),
]
