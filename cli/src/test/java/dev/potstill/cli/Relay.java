package dev.potstill.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** Stands between the command line and a server, and can break every connection for a while. */
final class Relay implements AutoCloseable {
    private final ServerSocket door;
    private final int server;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final AtomicInteger refused = new AtomicInteger();
    private volatile boolean isCut;

    /** @param server its port on this machine */
    Relay(int server) throws IOException {
        this.server = server;
        this.door = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::admit);
    }

    int port() {
        return door.getLocalPort();
    }

    void cut() {
        isCut = true;
        open.forEach(Relay::close);
    }

    void restore() {
        isCut = false;
    }

    /** How often somebody came while it was cut. */
    int refused() {
        return refused.get();
    }

    private void admit() {
        try {
            while (true) {
                Socket comes = door.accept();
                if (isCut) {
                    refused.incrementAndGet();
                    close(comes);
                } else {
                    Socket there = new Socket(InetAddress.getLoopbackAddress(), server);
                    pass(comes, there);
                    pass(there, comes);
                }
            }
        } catch (IOException e) {
            // The door is closed.
        }
    }

    private void pass(Socket from, Socket to) {
        open.add(from);
        Thread.ofVirtual().start(() -> {
            try {
                from.getInputStream().transferTo(to.getOutputStream());
            } catch (IOException e) {
                // One of the two is gone, and so is the other.
            } finally {
                open.remove(from);
                close(from);
                close(to);
            }
        });
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() throws IOException {
        door.close();
        open.forEach(Relay::close);
    }
}
