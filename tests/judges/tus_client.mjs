// A foreign client of the portal's uploads: sends one file in small parts, cut off once on the way.
// node tus_client.mjs ENDPOINT FILE TERMINAL METADATA_JSON CHUNK_BYTES
import fs from 'node:fs'
import * as tus from 'tus-js-client'

const [endpoint, path, terminal, metadata, chunk] = process.argv.slice(2)
const data = fs.readFileSync(path)
const options = {
  endpoint,
  metadata: JSON.parse(metadata),
  chunkSize: Number(chunk),
  headers: { 'Terminal-Id': terminal },
  uploadSize: data.length,
  retryDelays: [],
}

function send(extra, stopAt) {
  return new Promise((resolve, reject) => {
    const upload = new tus.Upload(data, {
      ...options,
      ...extra,
      onError: reject,
      onSuccess: () => resolve(upload),
      onChunkComplete: (_size, accepted) => {
        if (stopAt !== null && accepted >= stopAt && accepted < data.length) {
          upload.abort().then(() => resolve(upload))
        }
      },
    })
    upload.start()
  })
}

const first = await send({}, data.length / 2)
const second = await send({ uploadUrl: first.url }, null)
process.stdout.write(JSON.stringify({ url: second.url }) + '\n')
