// Upload server of the tus project, its files in the folder of the first argument.
import http from 'node:http'
import {FileStore} from '@tus/file-store'
import {Server} from '@tus/server'

const tus = new Server({path: '/v1/uploads', datastore: new FileStore({directory: process.argv[2]})})
const server = http.createServer((request, response) => tus.handle(request, response))
server.listen(0, '127.0.0.1', () => console.log(`http://127.0.0.1:${server.address().port}`))
