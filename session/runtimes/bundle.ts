import { buildSync } from 'esbuild'

/** Bundles a module as for a worker: for the platform of the web, with what Node has left outside. */
export function bundleForWorkers(module: string): { code: string; imports: string[] } {
  const { outputFiles, metafile } = buildSync({
    entryPoints: [module],
    bundle: true,
    format: 'esm',
    platform: 'neutral',
    mainFields: ['module', 'main'],
    conditions: ['workerd', 'worker', 'browser'],
    external: ['node:*'],
    metafile: true,
    write: false,
    outfile: 'worker.js',
  })
  const [output] = Object.values(metafile.outputs)
  return {
    code: outputFiles[0]!.text,
    imports: [...new Set(output!.imports.map((entry) => entry.path))],
  }
}
