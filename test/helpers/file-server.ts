import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";

/** A server of this machine, of which each path answers in its own way. */
export class FileServer {
  readonly #server: Server;
  /** The requests that came, as method and path. */
  readonly requests: string[] = [];
  readonly headers: NodeJS.Dict<string | string[]>[] = [];

  private constructor(answers: Readonly<Record<string, RequestListener>>) {
    this.#server = createServer((request, response) => {
      this.requests.push(`${request.method ?? ""} ${request.url ?? ""}`);
      this.headers.push(request.headers);
      const answer = answers[new URL(request.url ?? "", "http://x").pathname];
      if (answer !== undefined) answer(request, response);
      else response.writeHead(404, "Not Here").end("nothing");
    });
  }

  static async start(answers: Readonly<Record<string, RequestListener>>): Promise<FileServer> {
    const server = new FileServer(answers);
    await new Promise<void>((resolve) => {
      server.#server.listen(0, "127.0.0.1", resolve);
    });
    return server;
  }

  url(path: string): string {
    return `http://127.0.0.1:${String(this.port)}${path}`;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => {
      this.#server.close(resolve);
    });
  }
}
