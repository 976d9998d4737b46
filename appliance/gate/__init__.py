# SPDX-License-Identifier: Apache-2.0
"""The privileged process: opens, ends and lists VPN sessions. What it promises, cited here and in tests by number:

1. Only the vault is answered: over the socket that belongs to its group, or with the certificate of
   `renkei://tier/vault`; and only the messages of GATE_MESSAGES.
2. It decides nothing. Who may be connected, and for how long, is the vault's to know (design §9).
3. There is one enforcement point for every engine: the table `inet renkei` in the kernel. Whatever arrives at an
   interface named rk-* reaches the portal, at its ports, from the address of a session that was opened, and nothing
   else; nothing is forwarded; IPv6 is dropped; nobody reaches the portal's address by another interface, the
   loopback left out.
4. Each packet is judged by what is open at this moment: no established flow has a right of its own, so a flow ends
   with its session.
5. What is open ends by itself, in the kernel, when its time is over: also when every process of ours is dead. Time
   comes as seconds that are left, never as an instant, so that no clock can lengthen it.
6. What is found in the kernel at the start is adopted, never flushed; it says itself of which session it is. Our
   rules are replaced in one transaction; stopping deletes nothing.
7. A report says what engines and kernel show at this moment, never what was told to them. It goes out at once when
   the vault dials and whenever something changed, and else every report_seconds: silence means that we are gone.
8. Whoever ends is shut in the kernel first, then barred at its engine, then closed, then read back, and all of it
   again while a login that raced is still there: an automatic reconnect cannot win.
9. What is open belongs to a session that its engine shows with this seat and this address; else it is shut. An
   address that no PC can have (the portal's own, the loopback, link-local, multicast, …) opens nothing.
10. A session that the vault does not confirm within 15 s, while it watches, is ended.
11. An engine that fails, hangs or answers nonsense opens nothing: its trouble is reported, and it is prepared again
    before anything more is done with it. What was open goes on until its time is over. Engines do not wait for each
    other.
12. If the kernel refuses, nothing is opened; what was to be shut is tried again until it is. No engine is prepared
   before the table has stood once: whoever connected then would reach the whole host.
13. What the vault told is done to its end, also when the vault goes away meanwhile.
14. Nobody waits for an end longer than some seconds: the kernel is shut by then, and what an engine still closes is
    said to be left.
"""
